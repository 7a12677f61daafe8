/**
 * Clients and tools of databases.
 * They exist because their statements are read by the SQL handler, and their tools drop and restore whole databases.
 * Invariant: options that carry statements are named, so that no statement is missed.
 */
import { caution, danger, type Table } from './spec.js';

export const databases: Table = {
  'psql pgcli': {
    run: 'database',
    does: 'network',
    values: 'h host p port U username d dbname v set o output P pset R T F w',
    options: { 'c command': 'use:program', 'f file': 'value', 'l list': 'help' },
  },
  'mysql mariadb mycli': {
    run: 'database',
    does: 'network',
    values: 'h host P port u user D database S socket defaults-file default-character-set',
    options: { 'e execute': 'use:program' },
  },
  'sqlite3 sqlite duckdb': {
    run: 'database',
    values: 'separator cmd init',
    dash: true,
    options: { '-cmd -c': 'use:program', '-init': 'use:read' },
  },
  'sqlcmd isql osql bcp': {
    run: 'database',
    does: 'network',
    values: 'S U P d s',
    options: { 'Q q': 'use:program', i: 'use:read' },
  },
  'mongosh mongo mongos': {
    run: 'database',
    does: 'network',
    values: 'host port u p username password',
    options: { eval: 'use:program' },
  },
  'cqlsh clickhouse-client clickhouse influxdb arangosh cypher-shell neo4j-shell snowsql snowflake trino presto hive beeline impala-shell spark-sql athena cockroach usql dolt trdsql':
    {
      run: 'database',
      does: 'network',
      values: 'h host p port u user d database execute-file f',
      dash: true,
      options: { 'e execute q query c sql -execute': 'use:program' },
    },
  influx: {
    does: 'network',
    verbs: 'strict',
    values: 'host t token o org b bucket p predicate n name i id',
    sub: { 'query ping version config': {}, 'write setup': { does: 'write' } },
  },
  'redis-cli valkey-cli keydb-cli iredis': { run: 'redis', values: 'h p s a u n r i d D user pass' },
  'dropdb dropuser': {
    does: 'network delete!',
    values: 'h p U host port username',
    options: { 'i interactive': 'force' },
    risk: danger('drop-database', 'Drops a database or a user of it.'),
  },
  'mysqladmin mariadb-admin': {
    does: 'network',
    values: 'h host P port u user',
    sub: {
      drop: { does: 'delete!', risk: danger('drop-database', 'Drops a database.') },
      shutdown: { does: 'process', risk: danger('stop-service', 'Stops the database.') },
      'status ping processlist variables version extended-status': {},
      '*': { does: 'write' },
    },
  },
  'createdb createuser reindexdb vacuumdb clusterdb pg_ctl initdb pgbench': { does: 'network write' },
  pg_resetwal: {
    does: 'write!',
    options: { 'n dry-run': 'dry' },
    risk: danger('database-reset', 'Throws away the write-ahead log: data may be lost or damaged.'),
  },
  pg_dropcluster: { does: 'delete!', risk: danger('drop-database', 'Deletes a whole database cluster.') },
  'pg_dump pg_dumpall mysqldump mariadb-dump mongodump mongoexport pg_basebackup mydumper mysqlpump': {
    does: 'read',
    values: 'h host p port U username u user d dbname D pgdata F format B databases t table n schema',
    options: { 'f file r result-file o out': 'use:write' },
  },
  'pg_restore mongorestore mongoimport mysqlimport': {
    does: 'network write',
    values: 'h host p port U u d dbname n j',
    options: {
      'c clean drop': danger('restore-drop', 'Drops what is there before it restores.'),
      'l list': 'help',
    },
    risk: caution('restore', 'Changes a database.'),
  },
  'mongod mysqld postgres redis-server memcached': { does: 'exec' },
  'elasticsearch-reset-password elasticdump curator es2csv opensearch-cli': {
    does: 'network write',
    verbs: 'strict',
    sub: {},
  },
};
