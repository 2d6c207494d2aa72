/** Imported to know what an import costs that brings nothing. */
export {}
