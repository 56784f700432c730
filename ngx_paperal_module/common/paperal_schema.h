/*
 * The version of the database schema that the programs are written for: the
 * number of the last file in worker/sql/migrations.  The module's readiness
 * check compares it with schema_version(); "paperal-worker migrate" brings a
 * database to it.  t/sql/schema.t fails when the two disagree.
 */

#ifndef PAPERAL_SCHEMA_H
#define PAPERAL_SCHEMA_H

#define PAPERAL_SCHEMA_VERSION  6

#endif /* PAPERAL_SCHEMA_H */
