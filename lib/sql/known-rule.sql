-- Whether there is, or was when an event happened, a rule of this name.
--  $1 the name
select 1
where exists (select from audit.rule where name = $1)
  or exists (select from audit.event v where $1 = any(string_to_array(v.rules, ',')))
