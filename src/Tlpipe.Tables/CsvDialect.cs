// How a text file of a table is written.
namespace Tlpipe.Tables;

/// <summary>What <c>pandas.read_csv</c> is told of a file; the defaults are pandas'.</summary>
public sealed record CsvDialect
{
    /// <summary>The words that pandas takes for a missing value (its <c>STR_NA_VALUES</c>).</summary>
    public static readonly IReadOnlyList<string> DefaultNaValues =
    [
        "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null",
    ];

    /// <summary>Stands between two fields.</summary>
    public char Delimiter { get; init; } = ',';

    /// <summary>Stands around a field that holds delimiters or line breaks; null: nothing does.</summary>
    public char? Quote { get; init; } = '"';

    /// <summary>Makes the character after it an ordinary one; null: nothing does.</summary>
    public char? Escape { get; init; }

    /// <summary>Whether the first line has the columns' names; else they are called 0, 1, ….</summary>
    public bool Header { get; init; } = true;

    /// <summary>The fields that mean a missing value.</summary>
    public IReadOnlySet<string> NaValues { get; init; } = DefaultNaValues.ToHashSet(StringComparer.Ordinal);
}
