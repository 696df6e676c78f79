"""Every module of the shop can be the first one imported."""

from tests.pos.test_installation import ROOT, python, tracked

IMPORT_EACH = """
import os, sys
import django; django.setup()
failed = []
for module in sys.argv[1:] or MODULES:
    child = os.fork()
    if not child:
        try:
            __import__(module)
        except BaseException as error:
            print(module, repr(error), file=sys.stderr)
            os._exit(1)
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        failed.append(module)
sys.exit(bool(failed))
"""


def test_seed_d64_every_module_can_be_the_first_one_imported() -> None:
    rooms = ("pos", "accounts", "inventory", "members", "billing", "reports")
    names = [
        path.relative_to(ROOT).with_suffix("").parts for path in tracked() if path.suffix == ".py" and path.is_file()
    ]
    modules = [".".join(parts).removesuffix(".__init__") for parts in names if parts[0] in rooms]
    tried = python(f"MODULES = {modules!r}\n{IMPORT_EACH}")
    assert tried.returncode == 0, tried.stderr
