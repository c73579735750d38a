"""The database itself refuses to change or remove an audit row; PostgreSQL also keeps the chain itself."""

from django.db import migrations

from forewatch.audit.rules import GENESIS
from forewatch.lib.append_only import statements

# At commit, so that the lock on the head is held only while the transaction is made durable.
CHAIN = f"""
CREATE OR REPLACE FUNCTION audit_event_chain() RETURNS trigger LANGUAGE plpgsql AS
$$
DECLARE last record;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('audit_link'));
  SELECT number, hash INTO last FROM audit_link ORDER BY number DESC LIMIT 1;
  INSERT INTO audit_link (number, event_id, hash)
  VALUES (coalesce(last.number, 0) + 1, NEW.id,
          sha256(coalesce(last.hash, decode('{GENESIS.hex()}', 'hex')) || NEW.digest));
  RETURN NULL;
END
$$
"""
TRIGGER = """
CREATE CONSTRAINT TRIGGER audit_event_chained AFTER INSERT ON audit_event
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_event_chain()
"""


def make(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    made = [*statements(vendor, "audit_event"), *statements(vendor, "audit_link")]
    if vendor == "postgresql":
        made += [CHAIN, TRIGGER]
    for statement in made:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_first")]
    operations = [migrations.RunPython(make)]
