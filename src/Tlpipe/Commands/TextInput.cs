// The texts that a command works on: from the command line, a file or standard input.
using System.CommandLine;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Nlp.Inference;
using Tlpipe.Tables;

namespace Tlpipe.Commands;

/// <summary><c>--text</c>, <c>--input</c> and how the input is written.</summary>
internal sealed class TextInput
{
    private const string StandardInput = "-";

    private readonly Option<string[]> texts = new("--text") { Description = "A text, in place of an input; may be given again", HelpName = "TEXT" };
    private readonly Option<string> input = new("--input", "-i") { Description = "The file of texts; - is standard input", HelpName = "FILE", DefaultValueFactory = _ => StandardInput };
    private readonly Option<RowFormat?> format = new("--format") { Description = "text (one a line), jsonl, csv, tsv or parquet. Default: as the file's name says", HelpName = "FORMAT" };
    private readonly Option<string> textColumn = new("--text-column") { Description = "The column of texts", HelpName = "NAME", DefaultValueFactory = _ => "text" };
    private readonly Option<string?> pairColumn = new("--text-pair") { Description = "The column of second texts", HelpName = "NAME" };

    public void AddTo(Command command, bool withPairs)
    {
        command.Add(texts);
        command.Add(input);
        command.Add(format);
        command.Add(textColumn);
        if (withPairs)
            command.Add(pairColumn);
    }

    /// <summary>The input's name in messages.</summary>
    public string Name(ParseResult parsed) => parsed.GetValue(texts) is { Length: > 0 } ? "--text"
        : parsed.GetRequiredValue(input) is var name && name == StandardInput ? "standard input" : name;

    /// <summary>Whether a user types the texts.</summary>
    public bool IsTyped(ParseResult parsed) => IsStandard(parsed) && !Console.IsInputRedirected;

    /// <summary>The rows, read as they are taken.</summary>
    public IEnumerable<TextRow> Read(ParseResult parsed)
    {
        var options = new TextRowsOptions(parsed.GetValue(format), parsed.GetRequiredValue(textColumn), parsed.GetValue(pairColumn));
        if (parsed.GetValue(texts) is { Length: > 0 } given)
        {
            if (parsed.GetResult(input) is { Implicit: false })
                throw new PipelineException(null, ErrorCode.CommandLine, "--text and --input are two sources of texts; give one of them");
            return given.Select(text => new TextRow(text, null, [new(options.TextColumn, System.Text.Json.JsonSerializer.Serialize(text, PredictionLines.Relaxed))]));
        }
        if (!IsStandard(parsed))
            return TextRows.Read(parsed.GetRequiredValue(input), options);
        if (IsTyped(parsed))
            Console.Error.WriteLine("type a text a line; Ctrl-D ends");
        return TextRows.Read(Console.OpenStandardInput(), Name(parsed), options);
    }

    private bool IsStandard(ParseResult parsed) => parsed.GetValue(texts) is not { Length: > 0 } && parsed.GetRequiredValue(input) == StandardInput;
}
