-- Rules that what the application says with SET decides about.
select 'evadable', null, r.name,
  format('whoever sets audit.%s himself decides whether this rule applies',
    case when r.groups is null then 'actor'
      when coalesce(r.actors, r.except_actors) is null then 'groups'
      else 'actor or audit.groups' end),
  null
from audit.rule r
where coalesce(r.groups, r.actors, r.except_actors) is not null
order by r.name collate "C"
