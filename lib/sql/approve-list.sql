-- The acts that wait to be approved or carried out, as lines.
select p.line from audit.prepared_list p order by p.at, p.id
