// tlpipe tokenize: tokenizes lines of JSON without a pipeline.
using System.CommandLine;
using System.Text;
using Tlpipe.Formats;
using Tlpipe.Nlp.Config;
using Tlpipe.Text.Tokenizers;

namespace Tlpipe.Commands;

/// <summary>Reads <c>{"text": …}</c> lines, or <c>{"text": …, "pair": …}</c>, writes lines with ids, tokens, word ids, offsets and the special tokens' mask.</summary>
internal static class TokenizeCommand
{
    /// <summary>[CLS] and [SEP].</summary>
    private const int ShortestRow = 2;

    public static Command Create()
    {
        var tokenizer = new Option<string>("--tokenizer") { Description = "A model folder or a vocab.txt", HelpName = "FOLDER_OR_VOCAB", Required = true };
        var lowercase = new Option<bool?>("--lowercase") { Description = "Lower-cases; default: what the folder says" };
        var stripAccents = new Option<bool?>("--strip-accents") { Description = "Removes accents; default: what the folder says, else as --lowercase", HelpName = "true|false" };
        var maxLength = new Option<int?>("--max-length") { Description = "Cuts longer rows, at N or what the folder's model takes", HelpName = "N" };
        maxLength.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() < ShortestRow)
                result.AddError($"--max-length has to be at least {ShortestRow}");
        });
        var input = new Option<string>("--input") { Description = "The lines to read; - is standard input", HelpName = "FILE", DefaultValueFactory = _ => "-" };
        var output = new Option<string>("--output") { Description = "The lines to write; - is standard output", HelpName = "FILE", DefaultValueFactory = _ => "-" };
        var command = new Command("tokenize", "Tokenizes lines of JSON") { tokenizer, lowercase, stripAccents, maxLength, input, output };
        command.SetAction(parsed =>
        {
            var folder = parsed.GetRequiredValue(tokenizer);
            var loaded = BertTokenizer.Load(folder, parsed.GetValue(lowercase), parsed.GetValue(stripAccents));
            var limit = parsed.GetValue(maxLength) is { } asked ? RowLimit.Of(asked, loaded, BertConfig.PositionsIn(folder)) : null;
            var source = parsed.GetRequiredValue(input);
            using var reader = source == "-" ? new DecodedText(Console.OpenStandardInput(), "standard input") : Open(source);
            using var writer = parsed.GetRequiredValue(output) is var target && target == "-" ? Console.Out : new StreamWriter(target, append: false, new UTF8Encoding(false));
            TokenizeLines.Run(loaded, limit, reader, source == "-" ? "standard input" : source, writer);
            return 0;
        });
        return command;
    }

    private static DecodedText Open(string path) =>
        Path.Exists(path) ? new DecodedText(RegularFile.Open(path), path) : throw new InputException($"{path} does not exist; give --input a file with one {{\"text\": …}} a line");
}
