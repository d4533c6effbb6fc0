// A stage's result, as text for people and as JSON for programs.
using System.Globalization;
using System.Text.Json.Nodes;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Plan;
using Tlpipe.Engine.Store;
using Tlpipe.Formats;
using Tlpipe.Formats.Layout;
using Tlpipe.Formats.Units;
using Tlpipe.Stages.Results;
using Tlpipe.Stages.Tokens;
using Tlpipe.Tables;

namespace Tlpipe.Terminal;

/// <summary>A stored result.</summary>
/// <param name="status">The stage, with its result.</param>
/// <param name="store">The store that has it.</param>
/// <param name="view">The folder under outputs/ that shows it; it may be gone.</param>
/// <param name="rows">How many rows of a table to show.</param>
internal sealed class ResultReport(StageStatus status, ResultStore store, string view, int rows)
{
    private const int LongestCell = 60;
    private const int TableIndentation = 2;
    private const int LongestText = 40;
    private const long LargestText = 64 << 10;
    private const int LeastCell = 12;

    /// <summary>Files of a model that users do not read directly.</summary>
    private static readonly string[] ForPrograms = [HuggingFaceFiles.Config, HuggingFaceFiles.TrainingArguments, HuggingFaceFiles.Vocabulary];

    private static readonly string[] Texts = [".md", ".json", ".txt", ".csv"];

    private readonly List<Diagnostic> damaged = [];

    private StoredResult Result { get; } = status.Result ?? throw new ArgumentException("there is nothing to show", nameof(status));

    /// <summary>How it came about, then each output with its files and what can be seen of them.</summary>
    public IEnumerable<string> Lines()
    {
        var provenance = Result.Provenance;
        yield return $"{status.Stage.Name} ({status.Stage.Kind.Kind}), key {Result.Key}";
        yield return $"  made {Format.Age(provenance.Started)} in {Duration.Text(provenance.Seconds)} on {provenance.Host}, {provenance.Device}, tlpipe {provenance.Version}";
        foreach (var (name, value) in Result.Measured.OrderBy(m => m.Key, StringComparer.Ordinal))
            yield return $"  {name}: {Number(value)}";
        foreach (var (name, output) in Result.Outputs)
        {
            yield return "";
            yield return $"{name}: {string.Join(", ", output.Facts.Where(f => f.Key != VocabularyFact.Name).OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => $"{Number(f.Value)} {f.Key}"))}".TrimEnd(' ', ':');
            yield return $"  {PathOf(name)}";
            foreach (var line in ReportTable.Aligned([.. output.Files.Select(f => (string[])[f.Path, ByteSize.Text(f.Size)])]))
                yield return $"    {line}";
            foreach (var line in output.Files.Where(f => IsBestOfItsName(f, output)).SelectMany(f => Preview(name, f)))
                yield return $"  {line}";
        }
    }

    public static JsonNode ToJson(IReadOnlyList<ResultReport> reports) => new JsonArray([.. reports.Select(report => report.ToJson())]);

    private JsonNode ToJson() => new JsonObject
    {
        ["stage"] = status.Stage.Name,
        ["kind"] = status.Stage.Kind.Kind,
        ["key"] = Result.Key,
        ["made"] = Result.Provenance.Started,
        ["seconds"] = Result.Provenance.Seconds,
        ["measured"] = Figures(Result.Measured),
        ["outputs"] = new JsonObject(Result.Outputs.Select(output => KeyValuePair.Create(output.Key, (JsonNode?)new JsonObject
        {
            ["digest"] = output.Value.Digest,
            ["facts"] = Figures(output.Value.Facts),
            ["folder"] = PathOf(output.Key),
            ["files"] = new JsonArray([.. output.Value.Files.Select(f => (JsonNode)new JsonObject
            {
                ["path"] = f.Path,
                ["size"] = f.Size,
                ["sha256"] = f.Sha256,
                ["stored"] = store.BlobPath(f),
            })]),
        }))),
    };

    private static JsonObject Figures(IReadOnlyDictionary<string, double> figures) =>
        new(figures.Select(f => KeyValuePair.Create(f.Key, double.IsFinite(f.Value) ? (JsonNode?)f.Value : f.Value.ToString(CultureInfo.InvariantCulture))));

    /// <summary>The output's path for the user: under outputs/ if it is shown there, else in the store.</summary>
    private string PathOf(string output)
    {
        var shown = Path.Combine(view, output);
        if (!Directory.Exists(shown))
            return $"{shown} (not shown now; 'tlpipe run' shows it again)";
        return OutputView.KeyShownIn(view) == Result.Key ? shown : $"{shown} (shows another result now; 'tlpipe run' shows this one)";
    }

    /// <summary>Whether it is not the same again in another form: of results.md, results.csv and results.json the first is for people.</summary>
    private static bool IsBestOfItsName(StoredFile file, StoredOutput output) =>
        file.Path.EndsWith(".md", StringComparison.Ordinal) || output.Files.All(other => other.Path != Path.ChangeExtension(file.Path, ".md"));

    /// <summary>The stored files that were found damaged.</summary>
    public IReadOnlyList<Diagnostic> Damaged => damaged;

    private IEnumerable<string> Preview(string output, StoredFile file)
    {
        var isShown = file.Path.EndsWith(".parquet", StringComparison.Ordinal) || file.Path == HuggingFaceFiles.TrainerState || file.Size <= LargestText;
        if (!isShown)
            return [];
        string? blob;
        try
        {
            blob = store.CheckedPath(Result.Key, output, file);
        }
        catch (DamagedResultException)
        {
            blob = null;
        }
        if (blob is null)
        {
            damaged.Add(new Diagnostic(
                status.Stage.Location, ErrorCode.Store, $"'{status.Stage.Name}': the stored file {output}/{file.Path} is damaged; 'tlpipe run' computes it again"));
            return [];
        }
        if (file.Path.EndsWith(".parquet", StringComparison.Ordinal))
            return TablePreview(blob);
        if (file.Path == HuggingFaceFiles.TrainerState)
            return ReportTable.Aligned([.. TrainingLog.Read(blob).Table().Select(line => line.ToArray())]);
        if (file.Size <= LargestText && Texts.Any(ending => file.Path.EndsWith(ending, StringComparison.Ordinal)) && !file.Path.Contains("token", StringComparison.Ordinal) && !ForPrograms.Contains(file.Path))
            return TextPreview(file.Path, File.ReadLines(blob));
        return [];
    }

    private IEnumerable<string> TablePreview(string blob)
    {
        var source = ParquetTables.Open(blob);
        var part = rows == 0 ? null : source.Batches().FirstOrDefault();
        var names = source.Schema.Select(c => c.Name).ToArray();
        IReadOnlyList<string> Table(int longest) => [.. ReportTable.Aligned([names, .. Enumerable.Range(0, Math.Min(rows, part?.RowCount ?? 0)).Select(row => names.Select(name => Cell(part!.Value(name, row), longest)).ToArray())])];
        // In a narrow terminal texts are cut, so that a row stays a line.
        var longest = LongestCell;
        var table = Table(longest);
        while (TerminalOutput.Columns is { } columns && longest > LeastCell && table.Max(line => line.Length) + TableIndentation > columns)
            table = Table(--longest);
        return table;
    }

    private static IEnumerable<string> TextPreview(string path, IEnumerable<string> lines)
    {
        yield return $"{path}:";
        var shown = 0;
        foreach (var line in lines)
        {
            if (++shown > LongestText)
            {
                yield return "  …";
                yield break;
            }
            yield return "  " + OneLine.Visible(line);
        }
    }

    private static string Cell(object? value, int longest)
    {
        var text = Convert.ToString(value, CultureInfo.InvariantCulture)?.ReplaceLineEndings(" ") ?? "";
        return text.Length > longest ? text[..(longest - 1)] + "…" : text;
    }

    private static string Number(double value) => value.ToString(Math.Abs(value) >= 1000 && value == Math.Truncate(value) ? "N0" : "0.######", CultureInfo.InvariantCulture);
}
