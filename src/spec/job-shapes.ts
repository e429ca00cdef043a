const UDF = /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*$/;

/** Whether a text names a function: `module:function`. */
export function isUdf(text: string): boolean {
  return UDF.test(text);
}

/** Whether a text is a table's place: an absolute path or a URL. Relative paths are none: the cluster's working directory is not this one. */
export function isTablePlace(text: string): boolean {
  return /^(\/|[a-z][a-z0-9+.-]*:\/\/)/.test(text);
}
