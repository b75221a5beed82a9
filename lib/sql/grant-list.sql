-- Who was granted what, a line each.
select audit.grant_line(g) from audit.grantee g
order by g.role collate "C", g.kind
