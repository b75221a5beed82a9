-- All rules.
select audit.rule_shown(r, w.reasons)
from audit.rule r left join audit.waits() w on w.rule = r.name
order by r.name collate "C"
