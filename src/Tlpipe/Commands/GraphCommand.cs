// tlpipe graph: the stages and their inputs, as a drawing.
using System.CommandLine;
using Tlpipe.Terminal;

namespace Tlpipe.Commands;

/// <summary>Writes the graph for Mermaid (which GitHub and GitLab draw in Markdown) or Graphviz.</summary>
internal static class GraphCommand
{
    public static Command Create()
    {
        var arguments = new PipelineArguments();
        var originArguments = new OriginArguments();
        var targets = new Option<string[]>("--target", "-t") { Description = "Only this stage and what it needs", HelpName = "STAGE" };
        var format = new Option<string>("--format") { Description = "mermaid or dot (Graphviz). Default: mermaid", DefaultValueFactory = _ => "mermaid", HelpName = "mermaid|dot" };
        format.AcceptOnlyFromAmong("mermaid", "dot");
        var json = new Option<bool>("--json") { Description = "Prints nodes and edges as JSON" };
        var command = new Command("graph", "Draws the stages, what they read of each other, and what is in the store") { targets, format, json };
        arguments.AddTo(command);
        originArguments.AddTo(command);
        command.SetAction(parsed =>
        {
            var pipeline = arguments.Load(parsed);
            var plan = PlanCommand.Resolve(pipeline, arguments.OpenStore(parsed, pipeline), parsed.GetValue(targets) ?? [], originArguments.Of(parsed));
            var graph = new Graph(pipeline.Name, plan);
            if (parsed.GetValue(json))
                JsonText.Print(graph.ToJson());
            else
                Console.Write(parsed.GetRequiredValue(format) == "dot" ? graph.ToDot() : graph.ToMermaid());
            return 0;
        });
        return command;
    }
}
