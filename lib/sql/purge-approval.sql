-- Fails where a run needs an approval.
select audit.check_approval(null, 'run')
