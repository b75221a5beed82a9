-- The tables of the trail that is chosen in an archive database, as it numbers
-- them and as the trail does: those of others are none of its events'.
select id, rel from audit.archived_relation
where trail >= audit.first_trail() and trail <= audit.last_trail()
order by id
