# completion of audit-watch for fish

complete -c audit-watch -f
complete -c audit-watch -l config -r -F -d 'what differs from the defaults'
complete -c audit-watch -l defaults -d 'print all that can be configured'
complete -c audit-watch -l state -r -F -d 'remember what has been learned'
complete -c audit-watch -l pass -d 'print the events, too'
complete -c audit-watch -l sensitive -x -d 'columns to watch'
complete -c audit-watch -s q -l quiet -d 'no remarks'
complete -c audit-watch -s v -l verbose -d 'say how many events there were'
complete -c audit-watch -s h -l help -d 'print a help text'
complete -c audit-watch -s V -l version -d 'print the version'
