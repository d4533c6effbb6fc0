// tlpipe fill-mask: a masked language model's words for [MASK].
using System.CommandLine;
using System.Globalization;
using Tlpipe.Nlp.Inference;
using Tlpipe.Terminal;

namespace Tlpipe.Commands;

/// <summary>Reads texts with masks, writes a JSON line for each in the input's order; on a terminal a table for each.</summary>
internal static class FillMaskCommand
{
    private const int RowsAtOnce = 32;

    public static Command Create()
    {
        var model = new ModelArguments();
        var input = new TextInput();
        var output = new LineOutput();
        var device = new DeviceOptions();
        var topK = new Option<int>("--top-k") { Description = "How many tokens for each mask", HelpName = "N", DefaultValueFactory = _ => 5 };
        var targets = new Option<string[]>("--targets") { Description = "Chooses among these words alone", HelpName = "WORD", AllowMultipleArgumentsPerToken = true };
        topK.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
                result.AddError("--top-k has to be at least 1");
        });
        var command = new Command("fill-mask", "Guesses the words that [MASK] hides, with a model's folder or a stage's model");
        model.AddTo(command);
        input.AddTo(command, withPairs: false);
        output.AddTo(command);
        command.Add(topK);
        command.Add(targets);
        device.AddTo(command);
        command.SetAction(parsed =>
        {
            using var opened = model.Open(parsed);
            using var filler = opened.Named(folder => MaskFiller.Load(folder, device.Open(parsed), device.Type(parsed)));
            var words = (parsed.GetValue(targets) ?? []).SelectMany(word => word.Split(',')).ToList();
            var ids = words.Count == 0 ? null : filler.Targets(words, TellReplaced);
            var size = input.IsTyped(parsed) ? 1 : RowsAtOnce;
            var number = 0;
            output.Write(parsed, writer =>
            {
                foreach (var rows in input.Read(parsed).Chunk(size))
                {
                    var texts = rows.Select(row => (row.Text ?? "", $"{input.Name(parsed)}, text {++number}")).ToList();
                    foreach (var (row, masks) in rows.Zip(filler.Fill(texts, parsed.GetValue(topK), ids)))
                    {
                        if (output.IsSeen(parsed))
                            Show(writer, row, masks);
                        else
                            writer.Write(PredictionLines.Of(row, masks) + "\n");
                    }
                    writer.Flush();
                }
            });
            return 0;
        });
        return command;
    }

    private static void TellReplaced(string word, string? piece) => TerminalOutput.Complain(piece is null
        ? $"'{word}' is not in the vocabulary and is left out"
        : $"'{word}' is not in the vocabulary; its first piece '{piece}' stands for it");

    private static void Show(TextWriter writer, TextRow row, IReadOnlyList<IReadOnlyList<MaskFilling>> masks)
    {
        writer.WriteLine(row.Text);
        foreach (var mask in masks)
            foreach (var filling in mask)
                writer.WriteLine($"  {filling.Score.ToString("0.0000", CultureInfo.InvariantCulture)}  {filling.TokenStr,-16}  {filling.Sequence}");
    }
}
