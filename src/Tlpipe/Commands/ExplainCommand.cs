// tlpipe explain: why a stage would run again, or why it last did.
using System.CommandLine;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Plan;
using Tlpipe.Engine.Runs;
using Tlpipe.Terminal;

namespace Tlpipe.Commands;

/// <summary>Shows in which lines a stage's key differs from the nearest stored one, and where each line comes from.</summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        var arguments = new LastRunArguments();
        var originArguments = new OriginArguments();
        var stage = new Argument<string>("STAGE") { Description = "A stage, or an instance of one" };
        stage.CompletionSources.Add(arguments.Pipeline.StageNames);
        var json = new Option<bool>("--json") { Description = "Prints the explanation as JSON" };
        var command = new Command("explain", "Shows why a stage would run again, or why it last did");
        arguments.AddTo(command);
        command.Add(stage);
        originArguments.AddTo(command);
        command.Add(json);
        command.SetAction(parsed =>
        {
            var pipeline = arguments.Load(parsed);
            var store = arguments.Pipeline.OpenStore(parsed, pipeline);
            var origins = new Origins(pipeline, originArguments.Of(parsed), (_, _) => { }, CancellationToken.None);
            var known = RunFolder.KeysOf(pipeline.Root);
            var explanations = Selection.Named(pipeline, [parsed.GetRequiredValue(stage)]).Select(s => Explanation.Of(pipeline, s, store, origins, known)).ToList();
            if (parsed.GetValue(json))
                JsonText.Print(ExplanationReport.ToJson(explanations));
            else
                foreach (var line in explanations.SelectMany(ExplanationReport.Lines))
                    TerminalOutput.Print(line);
            if (explanations.SelectMany(e => e.Status.Mistakes ?? []).ToList() is { Count: > 0 } mistakes)
                throw new PipelineException(mistakes);
            return 0;
        });
        return command;
    }
}
