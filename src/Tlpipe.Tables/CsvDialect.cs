// How a text file of a table is written.
namespace Tlpipe.Tables;

/// <summary>The options of <c>pandas.read_csv</c> that describe a file; the defaults are pandas'.</summary>
public sealed record CsvDialect
{
    /// <summary>The words that pandas takes for a missing value (its <c>STR_NA_VALUES</c>).</summary>
    public static readonly IReadOnlyList<string> DefaultNaValues =
    [
        "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null",
    ];

    /// <summary>The character between two fields.</summary>
    public char Delimiter { get; init; } = ',';

    /// <summary>The character around fields that hold delimiters or line breaks; null for none.</summary>
    public char? Quote { get; init; } = '"';

    /// <summary>The escape character, which makes the next one ordinary; null for none.</summary>
    public char? Escape { get; init; }

    /// <summary>Whether the first line has the columns' names; else they are called 0, 1, ….</summary>
    public bool Header { get; init; } = true;

    /// <summary>The fields that mean a missing value.</summary>
    public IReadOnlySet<string> NaValues { get; init; } = DefaultNaValues.ToHashSet(StringComparer.Ordinal);
}
