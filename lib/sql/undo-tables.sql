-- What a script that undoes events brings along, all of it temporary. undo()
-- does one event: undo_look() looks whether the record is still as the event
-- left it, and locks it; the statement is executed; undo_confirm() looks at
-- what came of it. The statement runs with the session's own settings, as the
-- application's triggers may depend on them; what is compared is compared as
-- the trail writes it. Names are qualified where the search_path is not ours.

-- The records that have been restored: what they shall be in the end, without
-- the columns that triggers of their tables set themselves (loose). A table
-- without a key has each of its rows here, its whole image being its id.
CREATE TEMP TABLE undo_record(rel pg_catalog.oid, keyed pg_catalog.bool,
  id pg_catalog.jsonb, name pg_catalog.text, shall pg_catalog.jsonb,
  loose pg_catalog._text) ON COMMIT DROP;
CREATE INDEX ON pg_temp.undo_record USING hash (id);

-- The events that wait for a record that a foreign key points to: a cascade
-- deletes first what is pointed to, so the newest event is not the first to be
-- undone. Without n it is one whose turn it is. Links say by which key a
-- record is known itself (own) and what it points to.
CREATE TEMP TABLE undo_event(n pg_catalog.int8 GENERATED ALWAYS AS IDENTITY,
  ready pg_catalog.bool, "schema" pg_catalog.text, "table" pg_catalog.text,
  rel pg_catalog.oid, name pg_catalog.text, key pg_catalog.jsonb,
  now_is pg_catalog.jsonb, shall_be pg_catalog.jsonb, sql pg_catalog.text)
  ON COMMIT DROP;
CREATE INDEX ON pg_temp.undo_event(n);
CREATE INDEX ON pg_temp.undo_event(n) WHERE ready;
CREATE TEMP TABLE undo_link(n pg_catalog.int8, own pg_catalog.bool,
  rel pg_catalog.oid, id pg_catalog.jsonb) ON COMMIT DROP;
CREATE INDEX ON pg_temp.undo_link USING hash (id);
CREATE INDEX ON pg_temp.undo_link(n);

-- A row when the script begins, one for each event undone, one at its end. Its
-- trigger stands in the way of COMMIT until then, whatever a client does when
-- a statement fails; and it looks at what triggers have made of the records.
CREATE TEMP TABLE undo_state(what pg_catalog.text) ON COMMIT DROP;
