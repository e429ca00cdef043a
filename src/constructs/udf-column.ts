/** A column whose values a Python function gives. */
export interface UdfColumn {
  /** Column that the function fills. */
  readonly column: string;

  /** The function, `module:function`, imported from the bundle. A plain function of the values of one row. */
  readonly udf: string;

  /**
   * Which column each argument takes, by the name of the argument.
   *
   * @default - arguments take the columns of the same name
   */
  readonly inputs?: { [argument: string]: string };

  /**
   * Arrow type of the column, such as `int64`, `string` or `fixed_size_list<float>[256]`.
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
