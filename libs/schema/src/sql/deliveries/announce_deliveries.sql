-- `notifier` listens, and hears of the commit of what is to be sent: one that is new, or is sent again. What it writes itself
-- while it sends, it does not have to hear.

CREATE OR REPLACE FUNCTION deliveries.announce_deliveries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('sluice_deliveries', '');
  RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER deliveries_announced AFTER INSERT OR UPDATE OF queued_at ON deliveries.deliveries
  FOR EACH STATEMENT EXECUTE FUNCTION deliveries.announce_deliveries();
