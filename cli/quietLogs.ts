/**
 * The functions' own log is not for a person at the command line. Imported before all else, because the
 * logger reads its level once, when the first function is loaded.
 */
process.env.POWERTOOLS_LOG_LEVEL ??= 'SILENT';
