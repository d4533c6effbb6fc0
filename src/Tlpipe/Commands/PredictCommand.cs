// tlpipe predict: a trained classifier's predictions for texts.
using System.CommandLine;
using System.Globalization;
using Tlpipe.Formats.Layout;
using Tlpipe.Nlp.Inference;
using Tlpipe.Terminal;

namespace Tlpipe.Commands;

/// <summary>Reads texts, writes a JSON line for each in the input's order; on a terminal a table.</summary>
internal static class PredictCommand
{
    private const int DefaultBatch = 256;

    public static Command Create()
    {
        var model = new ModelArguments();
        var input = new TextInput();
        var output = new LineOutput();
        var device = new DeviceOptions();
        var columns = new Option<string[]?>("--columns") { Description = "The input's columns that the output keeps; default: all", HelpName = "NAME", AllowMultipleArgumentsPerToken = true };
        var batch = new Option<int>("--batch-size") { Description = "Rows that are read, computed and answered together", HelpName = "N", DefaultValueFactory = _ => DefaultBatch };
        var maxLength = new Option<int?>("--max-length") { Description = "Cuts longer texts, at N or what the model takes", HelpName = "N" };
        batch.Validators.Add(result => Require(result.GetValueOrDefault<int>() >= 1, result, "--batch-size has to be at least 1"));
        maxLength.Validators.Add(result => Require(result.GetValueOrDefault<int?>() is null or >= 3, result, "--max-length has to be at least 3"));
        var command = new Command("predict", "Classifies texts with a model's folder or a stage's model");
        model.AddTo(command);
        input.AddTo(command, withPairs: true);
        output.AddTo(command);
        command.Add(columns);
        command.Add(batch);
        command.Add(maxLength);
        device.AddTo(command);
        command.SetAction(parsed =>
        {
            using var opened = model.Open(parsed);
            using var classifier = opened.Named(folder => TextClassifier.Load(folder, device.Open(parsed), device.Type(parsed), parsed.GetValue(maxLength)));
            var kept = parsed.GetValue(columns) is { Length: > 0 } names ? names.SelectMany(name => name.Split(',')).ToHashSet(StringComparer.Ordinal) : null;
            // The user who types a text waits for its answer.
            var size = input.IsTyped(parsed) ? 1 : parsed.GetValue(batch);
            var missing = 0L;
            output.Write(parsed, writer =>
            {
                var table = output.IsSeen(parsed) ? PredictionTable.ForConsole(writer, classifier) : null;
                foreach (var rows in input.Read(parsed).Chunk(size))
                {
                    missing += Answer(rows, classifier, (row, prediction) =>
                    {
                        if (table is null)
                            writer.Write(PredictionLines.Of(row, kept, prediction, classifier) + "\n");
                        else
                            table.Add(row, prediction);
                    });
                    writer.Flush();
                }
            });
            Tell(classifier, missing);
            return 0;
        });
        return command;
    }

    /// <returns>How many rows have no text.</returns>
    private static int Answer(TextRow[] rows, TextClassifier classifier, Action<TextRow, TextPrediction?> write)
    {
        var present = rows.Where(row => row.Text is not null).ToList();
        var predictions = present.Count == 0
            ? []
            : classifier.Predict([.. present.Select(row => row.Text!)], present[0].Pair is null ? null : [.. present.Select(row => row.Pair!)]);
        var next = 0;
        foreach (var row in rows)
            write(row, row.Text is null ? null : predictions[next++]);
        return rows.Length - present.Count;
    }

    private static void Tell(TextClassifier classifier, long missing)
    {
        if (classifier.Report.Truncated > 0)
            TerminalOutput.Complain(string.Create(CultureInfo.InvariantCulture, $"{classifier.Report.Truncated:N0} of {classifier.Report.Rows:N0} texts were cut at {classifier.MaxLength} tokens"));
        if (missing > 0)
            TerminalOutput.Complain($"{Format.Count(missing, "row")} had no text; the prediction there is null");
    }

    private static void Require(bool holds, System.CommandLine.Parsing.OptionResult result, string mistake)
    {
        if (!holds)
            result.AddError(mistake);
    }
}
