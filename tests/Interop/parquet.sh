#!/usr/bin/env bash
# tlpipe and DuckDB read the same Parquet files, and each column that tlpipe does not refuse has the same values.
# usage: tests/Interop/parquet.sh FOLDER...
#   folders with Parquet files, such as checkouts of apache/parquet-testing and of data/parquet-testing of duckdb/duckdb, which are not part of this repository;
#   the exit code is the number of wrong columns, exceptions and refusals that name nothing, at most 100
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
[ $# -gt 0 ] || { echo "give folders with Parquet files; nothing was checked" >&2; exit 101; }
exec dotnet run --project "$here/Parquet" -c Release -- "$@"
