-- All rules.
select audit.rule_shown(r) from audit.rule r order by r.name collate "C"
