// Which of a table's four types a Parquet column is.
using ParquetSharp;
using ParquetSharp.Schema;
using Tlpipe.Formats;

namespace Tlpipe.Tables;

/// <summary>Narrower types of files are widened to those of a table.</summary>
internal static class ParquetColumns
{
    /// <summary>What a column holds.</summary>
    /// <exception cref="InputException">It is nested, or of a type that a table does not hold.</exception>
    public static ColumnType TypeOf(SchemaDescriptor schema, Node field, string path)
    {
        if (field is not PrimitiveNode || field.Repetition == Repetition.Repeated)
            throw Refuse(field, "lists or structs", path);
        using var logical = LogicalTypeOf(field, path);
        return (logical.Type, PhysicalTypeOf(schema, field)) switch
        {
            // Arrow's null type, which pandas writes for a column without values.
            (LogicalTypeEnum.Nil, _) => ColumnType.Text,
            // Impala, Hive and Spark wrote text without saying so; what is not UTF-8 is refused when it is read.
            (LogicalTypeEnum.String or LogicalTypeEnum.Json or LogicalTypeEnum.Enum or LogicalTypeEnum.None, PhysicalType.ByteArray) => ColumnType.Text,
            (LogicalTypeEnum.Int or LogicalTypeEnum.None, PhysicalType.Int32 or PhysicalType.Int64) => ColumnType.Integer,
            (LogicalTypeEnum.None, PhysicalType.Float or PhysicalType.Double) or (LogicalTypeEnum.Float16, PhysicalType.FixedLenByteArray) => ColumnType.Number,
            (LogicalTypeEnum.None, PhysicalType.Boolean) => ColumnType.Boolean,
            (LogicalTypeEnum.None, PhysicalType.FixedLenByteArray) => throw Refuse(field, "binary values", path),
            (LogicalTypeEnum.None, PhysicalType.Int96) => throw Refuse(field, "timestamps", path),
            (LogicalTypeEnum.None or LogicalTypeEnum.Undefined, _) => throw Refuse(field, "values of an unknown type", path),
            (var other, _) => throw Refuse(field, $"values of the type {other}", path),
        };
    }

    private static LogicalType LogicalTypeOf(Node field, string path)
    {
        try
        {
            return field.LogicalType;
        }
        catch (ArgumentOutOfRangeException)
        {
            throw Refuse(field, "values of an unknown type", path);
        }
    }

    private static PhysicalType PhysicalTypeOf(SchemaDescriptor schema, Node field) => schema.Column(schema.ColumnIndex(field)).PhysicalType;

    private static InputException Refuse(Node field, string what, string path) =>
        new($"column '{field.Name}' of {path} holds {what}, and tlpipe reads text, whole numbers, floating-point numbers and booleans; name the columns to read without it");
}
