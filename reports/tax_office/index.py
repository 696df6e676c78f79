"""`index.xml`, which tells the tax office's program what each file of the archive holds, and its document type.

The fields come from the models of the package `dsfinvk`. The document type is our own, and holds only what our index
uses; the official file of that name describes more.
"""

from xml.etree import ElementTree

from dsfinvk.fields import Field, NumericField, StringField  # type: ignore[import-untyped]
from dsfinvk.table import Model  # type: ignore[import-untyped]

DTD_NAME = "gdpdu-01-08-2002.dtd"
HEAD = f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE DataSet SYSTEM "{DTD_NAME}">\n'
DTD = """<?xml version="1.0" encoding="UTF-8"?>
<!-- Describes the index.xml beside it. The official document type of this name describes more than is used here. -->
<!ELEMENT DataSet (Version, DataSupplier?, Media+)>
<!ELEMENT DataSupplier (Name, Location, Comment)>
<!ELEMENT Media (Name, Table*)>
<!ELEMENT Table (URL, Name?, Description?, UTF8?, (DecimalSymbol, DigitGroupingSymbol)?, Range?, VariableLength)>
<!ELEMENT Range (From)>
<!ELEMENT VariableLength (ColumnDelimiter?, RecordDelimiter?, TextEncapsulator?, VariableColumn+)>
<!ELEMENT VariableColumn (Name, Description?, (Numeric | (AlphaNumeric, MaxLength?)))>
<!ELEMENT Numeric (Accuracy?)>
<!ELEMENT AlphaNumeric EMPTY>
<!ELEMENT UTF8 EMPTY>
""" + "".join(
    f"<!ELEMENT {name} (#PCDATA)>\n"
    for name in (
        *("Version", "Name", "Location", "Comment", "URL", "Description", "DecimalSymbol", "DigitGroupingSymbol"),
        *("From", "ColumnDelimiter", "RecordDelimiter", "TextEncapsulator", "Accuracy", "MaxLength"),
    )
)
DELIMITER, LINE_END, QUOTE = ";", "\r\n", '"'


def written(tables: list[type[Model]], supplier: str, address: str, comment: str) -> bytes:
    root = ElementTree.Element("DataSet")
    leaf(root, "Version", "1.0")
    by = ElementTree.SubElement(root, "DataSupplier")
    for name, text in (("Name", supplier), ("Location", address), ("Comment", comment)):
        leaf(by, name, text)
    media = ElementTree.SubElement(root, "Media")
    leaf(media, "Name", "1")
    for table in tables:
        describe(ElementTree.SubElement(media, "Table"), table)
    ElementTree.indent(root)
    # a carriage return in a text is only kept as a character reference
    return (HEAD + ElementTree.tostring(root, encoding="unicode").replace("\r", "&#13;")).encode()


def describe(into: ElementTree.Element, table: type[Model]) -> None:
    leaf(into, "URL", table._filename)
    leaf(into, "Name", table.__name__)
    ElementTree.SubElement(into, "UTF8")
    leaf(into, "DecimalSymbol", ",")
    leaf(into, "DigitGroupingSymbol", ".")
    leaf(ElementTree.SubElement(into, "Range"), "From", "2")
    layout = ElementTree.SubElement(into, "VariableLength")
    for name, text in (("ColumnDelimiter", DELIMITER), ("RecordDelimiter", LINE_END), ("TextEncapsulator", QUOTE)):
        leaf(layout, name, text)
    for field in table._fields:
        column(ElementTree.SubElement(layout, "VariableColumn"), field)


def column(into: ElementTree.Element, field: Field) -> None:
    leaf(into, "Name", field.name)
    if isinstance(field, NumericField):
        number = ElementTree.SubElement(into, "Numeric")
        if field.places:
            leaf(number, "Accuracy", str(field.places))
        return
    ElementTree.SubElement(into, "AlphaNumeric")
    if isinstance(field, StringField) and field.max_length:
        leaf(into, "MaxLength", str(field.max_length))


def leaf(into: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(into, name).text = text
