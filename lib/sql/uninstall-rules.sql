-- Removes all rules; the trail stays and says when that was.
select audit.remove_rules(array(select name from audit.rule));
select audit.note('uninstall', null, null, null, null, null, null);
