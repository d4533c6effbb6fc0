// tlpipe stages: the stage kinds, and the options of one of them.
using System.CommandLine;
using System.CommandLine.Completions;
using System.Text.Json.Nodes;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;
using Tlpipe.Reference;
using Tlpipe.Stages;
using Tlpipe.Terminal;

namespace Tlpipe.Commands;

/// <summary>Prints the option records: types, ranges, defaults, and the doc comments.</summary>
internal static class StagesCommand
{
    private const int Widest = 110;

    private static int Width => Math.Min(Widest, TerminalOutput.Columns ?? Widest);

    public static Command Create()
    {
        var kind = new Argument<string?>("STAGE") { Description = "A stage kind", Arity = ArgumentArity.ZeroOrOne };
        kind.CompletionSources.Add(_ => StageKinds.Catalog.Kinds.Select(known => new CompletionItem(known.Kind)));
        var json = new Option<bool>("--json") { Description = "Prints JSON" };
        var markdown = new Option<bool>("--markdown") { Description = "Prints the whole reference as Markdown (docs/reference.md)" };
        var command = new Command("stages", "Lists the stage kinds, or the options of one") { kind, json, markdown };
        command.SetAction(parsed =>
        {
            var found = parsed.GetValue(kind) is { } name ? Find(name) : null;
            if (parsed.GetValue(markdown))
                Console.Write(ReferencePage.Of(found is null ? StageKinds.Catalog.Kinds : [found]));
            else if (parsed.GetValue(json))
                PrintJson(found);
            else if (found is not null)
                PrintOne(found);
            else
                PrintAll();
            return 0;
        });
        return command;
    }

    private static StageKind Find(string name)
    {
        if (StageKinds.Catalog.TryGet(name, out var kind))
            return kind;
        var known = StageKinds.Catalog.Kinds.Select(k => k.Kind).ToList();
        throw new PipelineException(null, ErrorCode.UnknownStageKind, $"there is no stage kind '{name}'; {DidYouMean.Hint(name, known, "the stage kinds")}");
    }

    private static void PrintAll()
    {
        var kinds = StageKinds.Catalog.Kinds;
        var width = kinds.Max(k => k.Kind.Length) + 2;
        foreach (var kind in kinds)
            PrintFolded(kind.Kind.PadRight(width), DocComments.Of(kind.StageType), width);
        Console.WriteLine();
        Console.WriteLine("'tlpipe stages STAGE' shows the outputs and options of one.");
    }

    private static void PrintOne(StageKind kind)
    {
        PrintFolded("", $"{kind.Kind}: {DocComments.Of(kind.StageType)}", 0);
        Console.WriteLine();
        Console.WriteLine("outputs (a reference without :output means the first)");
        var width = kind.Outputs.Max(output => output.Name.Length) + 4;
        foreach (var output in kind.Outputs)
            PrintFolded($"  {output.Name}".PadRight(width), output.Holds, width);
        Console.WriteLine();
        Console.WriteLine("options");
        PrintOptions(kind.Options, "  ");
    }

    private static void PrintOptions(OptionModel model, string indent)
    {
        foreach (var option in model.Options.OrderBy(option => option.Required ? 0 : 1))
        {
            Console.WriteLine($"{indent}{option.Name}: {OptionText.Facts(option)}");
            PrintFolded(indent + "    ", OptionText.Meaning(option), indent.Length + 4);
            if ((option.Type.Record ?? option.Type.Element?.Record) is { } nested)
            {
                if (nested.Shorthand is { } shorthand)
                    Console.WriteLine($"{indent}    {option.Name}: X is short for {option.Name}: {{ {shorthand.Name}: X }}");
                PrintOptions(nested, indent + "    ");
            }
        }
    }

    private static void PrintJson(StageKind? only)
    {
        var kinds = only is null ? StageKinds.Catalog.Kinds : [only];
        var all = new JsonArray([.. kinds.Select(kind => new JsonObject
        {
            ["stage"] = kind.Kind,
            ["version"] = kind.Version,
            ["meaning"] = DocComments.Of(kind.StageType),
            ["outputs"] = new JsonArray([.. kind.Outputs.Select(output => new JsonObject { ["name"] = output.Name, ["holds"] = output.Holds })]),
            ["options"] = Json(kind.Options),
        })]);
        Console.WriteLine((only is null ? all : all[0]!).ToJsonString(ConfigCommand.Indented));
    }

    private static JsonArray Json(OptionModel model) => new([.. model.Options.Select(option =>
    {
        var json = new JsonObject
        {
            ["name"] = option.Name,
            ["type"] = option.Type.Description,
            ["required"] = option.Required,
            ["default"] = option.Default is null ? null : OptionsDocument.WriteValue(option.Type, option.Default, references: true),
            ["range"] = option.Bounds?.ToString(),
            ["in_key"] = !option.ExecutionOnly,
            ["meaning"] = DocComments.Of(option.Property),
        };
        if ((option.Type.Record ?? option.Type.Element?.Record) is { } nested)
            json["options"] = Json(nested);
        return json;
    })]);

    /// <summary>Prints text after a heading, its further lines indented.</summary>
    private static void PrintFolded(string head, string text, int indent)
    {
        var line = head;
        var isEmpty = true;
        foreach (var word in text.Split(' '))
        {
            if (!isEmpty && line.Length + 1 + word.Length > Width)
            {
                Console.WriteLine(line.TrimEnd());
                (line, isEmpty) = (new string(' ', indent), true);
            }
            line += (isEmpty ? "" : " ") + word;
            isEmpty = false;
        }
        if (line.Trim().Length > 0)
            Console.WriteLine(line.TrimEnd());
    }
}
