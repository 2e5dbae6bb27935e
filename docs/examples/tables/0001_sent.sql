CREATE TABLE plugin_tables_sent (person TEXT NOT NULL, key TEXT NOT NULL);
