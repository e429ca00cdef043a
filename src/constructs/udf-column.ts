/** A column whose values a Python function gives, or several that one function gives. */
export interface UdfColumn {
  /**
   * Column that the function fills.
   *
   * @default - `columns` says which
   */
  readonly column?: string;

  /**
   * Columns that the function fills, in place of `column`: one for each field of the struct that it returns, by the
   * field's name. In Python, a `TypedDict` or a `NamedTuple` for a row, a `pyarrow.RecordBatch` for a batch.
   *
   * @default - `column` says which
   */
  readonly columns?: string[];

  /** The function, `module:function`, imported from the bundle. A plain function of the values of one row. */
  readonly udf: string;

  /**
   * Which column each argument takes, by the name of the argument.
   *
   * @default - arguments take the columns of the same name
   */
  readonly inputs?: { [argument: string]: string };

  /**
   * Arrow type of what the function returns, such as `int64`, `fixed_size_list<float>[256]` or, for several columns,
   * `struct<width: int32, height: int32>`.
   *
   * @default - from the function's return annotation
   */
  readonly outputType?: string;

  /**
   * Changes when the function means something else, although its name stays. Checkpoints of other versions are not used.
   *
   * @default - none
   */
  readonly udfVersion?: string;
}
