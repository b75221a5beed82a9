# completion of audit-history for fish

complete -c audit-history -f
complete -c audit-history -s t -l table -x -d 'of this table'
complete -c audit-history -s k -l key -x -d 'the record with this key'
complete -c audit-history -l rev -x -d 'only this revision'
complete -c audit-history -l at -x -a 'now today yesterday' -d 'only what was in force then'
complete -c audit-history -l id -x -d 'only what this event has left'
complete -c audit-history -l before -d 'the one before that'
complete -c audit-history -l related -d 'with the records that belong to it'
complete -c audit-history -l sql -d 'the statements that bring it back'
complete -c audit-history -l exact -d 'numbers that a double cannot hold as strings'
complete -c audit-history -s f -l format -x -a 'json table' -d 'form of the output'
complete -c audit-history -s o -l output -r -F -d 'into this file'
complete -c audit-history -s q -l quiet -d 'no remarks'
complete -c audit-history -s d -l db -x -d 'connection string or URI'
complete -c audit-history -s h -l help -d 'print a help text'
complete -c audit-history -s V -l version -d 'print the version'
