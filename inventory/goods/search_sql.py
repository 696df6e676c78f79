"""The database functions, column and triggers for the search, used by the migration that creates them."""

from django.db.migrations import RunSQL

# Words are split here: PostgreSQL's text search parser would read "salt/pepper" as a file and "1.5l" as a version.
# unaccent() is declared STABLE because its dictionary could change; naming the dictionary makes it safe to call the
# function IMMUTABLE.
FUNCTIONS = RunSQL(
    """
    CREATE FUNCTION shop_fold(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
        RETURN lower(public.unaccent('public.unaccent'::regdictionary, $1));
    CREATE FUNCTION shop_words(text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
        RETURN array_remove(string_to_array(regexp_replace(shop_fold($1), '[^[:alnum:]]+', ' ', 'g'), ' '), '');
    """,
    "DROP FUNCTION shop_words(text); DROP FUNCTION shop_fold(text);",
)
COLUMN = RunSQL(
    """
    ALTER TABLE inventory_product
        ADD search tsvector GENERATED ALWAYS AS (array_to_tsvector(shop_words(name || ' ' || sku))) STORED;
    CREATE INDEX product_search ON inventory_product USING gin (search);
    CREATE INDEX product_name_folded ON inventory_product ((shop_fold(name) COLLATE "C"));
    """,
    "ALTER TABLE inventory_product DROP search; DROP INDEX product_name_folded;",
)
# Sorted, so that two transactions adding the same words wait for each other instead of deadlocking.
LEARN = """
    INSERT INTO inventory_word (text)
    SELECT DISTINCT word FROM {rows}, unnest(shop_words(n.name)) AS w (word)
     WHERE length(word) BETWEEN 3 AND 40 AND word ~ '[^0-9]'
     ORDER BY 1
    ON CONFLICT DO NOTHING;
"""
LEXICON = RunSQL(
    f"""
    CREATE FUNCTION learn_new_words() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        {LEARN.format(rows="new_rows n")}
        RETURN NULL;
    END $$;
    CREATE FUNCTION learn_changed_words() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        {LEARN.format(rows="new_rows n JOIN old_rows o ON o.id = n.id AND o.name <> n.name")}
        RETURN NULL;
    END $$;
    CREATE TRIGGER words_of_new AFTER INSERT ON inventory_product
        REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION learn_new_words();
    CREATE TRIGGER words_of_changed AFTER UPDATE ON inventory_product
        REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
        FOR EACH STATEMENT EXECUTE FUNCTION learn_changed_words();
    """,
    """
    DROP TRIGGER words_of_changed ON inventory_product;
    DROP TRIGGER words_of_new ON inventory_product;
    DROP FUNCTION learn_changed_words();
    DROP FUNCTION learn_new_words();
    """,
)
