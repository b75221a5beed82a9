-- Events that found no month.
select 'rest_rows', 'audit.event_rest', null,
  'events of a month without a partition lie here',
  'audit-rule apply --missing'
where audit.has_rest()
