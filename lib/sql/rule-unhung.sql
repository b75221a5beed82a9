-- The tables whose triggers are not as they should be, and whether we may mend
-- them.
--  $1 of these rules; null: of all
select relid, "table", may from audit.unhung($1::text[])
