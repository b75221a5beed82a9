-- The holds as lines.
select h.line from audit.hold_list h order by h.id
