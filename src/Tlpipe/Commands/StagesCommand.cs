// tlpipe stages: the stage kinds, and the options of one of them.
using System.CommandLine;
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Stages;
using Tlpipe.Reporters;

namespace Tlpipe.Commands;

/// <summary>Prints what the doc comments of the stages and their options say.</summary>
internal static class StagesCommand
{
    public static Command Create()
    {
        var kind = new Argument<string?>("STAGE") { Description = "A stage kind", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("stages", "Lists the stage kinds, or the options of one") { kind };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(kind) is { } name)
                PrintOne(Find(name));
            else
                PrintAll();
            return 0;
        });
        return command;
    }

    private static StageKind Find(string name)
    {
        if (PipelineArguments.Catalog.TryGet(name, out var kind))
            return kind;
        var known = PipelineArguments.Catalog.Kinds.Select(k => k.Kind).ToList();
        throw new PipelineException(null, ErrorCode.UnknownStageKind, $"there is no stage kind '{name}'; {DidYouMean.Hint(name, known, "the stage kinds")}");
    }

    private static void PrintAll()
    {
        var kinds = PipelineArguments.Catalog.Kinds.OrderBy(k => k.Kind, StringComparer.Ordinal).ToList();
        var width = kinds.Max(k => k.Kind.Length);
        foreach (var kind in kinds)
            Console.WriteLine($"{kind.Kind.PadRight(width)}  {DocComments.Of(kind.StageType)}");
        Console.WriteLine();
        Console.WriteLine("'tlpipe stages STAGE' shows the options of one.");
    }

    private static void PrintOne(StageKind kind)
    {
        Console.WriteLine($"{kind.Kind}: {DocComments.Of(kind.StageType)}");
        Console.WriteLine();
        Console.WriteLine("outputs");
        foreach (var output in kind.Outputs)
            Console.WriteLine($"  {output.Name}: {output.Holds}");
        Console.WriteLine();
        Console.WriteLine("options (* has to be given)");
        foreach (var option in kind.Options.Options.OrderBy(o => o.Required ? 0 : 1))
            Console.WriteLine($"  {option.Name}{(option.Required ? " *" : "")}\n      {DocComments.Of(kind.OptionsType.GetProperty(option.PropertyName)!)}");
    }
}
