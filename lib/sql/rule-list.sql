-- All rules.
select audit.rule_line(r) from audit.rule r order by r.name collate "C"
