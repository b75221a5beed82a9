# completion of audit-diff for fish

complete -c audit-diff -f
complete -c audit-diff -s d -l db -x -d 'connection string or URI instead of the environment'
complete -c audit-diff -l names -d 'say what foreign keys refer to'
complete -c audit-diff -l titles -d 'columns by their comments'
complete -c audit-diff -s f -l format -x -a 'text json html sql' -d 'form of the output'
complete -c audit-diff -s o -l output -r -F -d 'into this file'
complete -c audit-diff -l net -d 'one change a record'
complete -c audit-diff -s h -l help -d 'print a help text'
complete -c audit-diff -s V -l version -d 'print the version'
