-- Whether there is, or was when an event happened, a rule of this name.
--  $1 the name
select 1 from audit.rule where name = $1
union all
(select 1 from audit.event v where $1 = any(string_to_array(v.rules, ','))
limit 1)
limit 1
