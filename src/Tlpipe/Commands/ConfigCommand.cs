// tlpipe config: a config as written, and as a run resolves it.
using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tlpipe.Engine.Config;

namespace Tlpipe.Commands;

/// <summary><c>config show</c> prints a config, <c>config get</c> one of its values; each with its origin if asked.</summary>
internal static class ConfigCommand
{
    internal static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create() => new("config", "Shows what a config says, and where each value came from") { Show(), Get() };

    private static Command Show()
    {
        var arguments = new PipelineArguments(withStore: false);
        var resolved = new Option<bool>("--resolved") { Description = "As a run takes it: properties expanded, instances by name, every default" };
        var origin = new Option<bool>("--origin") { Description = "Says behind each value where it came from" };
        var json = new Option<bool>("--json") { Description = "Prints JSON" };
        var command = new Command("show", "Prints a config with its imports and the values given with -p") { resolved, origin, json };
        arguments.AddTo(command);
        command.SetAction(parsed =>
        {
            var pipeline = arguments.LoadAsWritten(parsed);
            Print(
                parsed.GetValue(resolved) ? ConfigView.Resolved(pipeline) : ConfigView.AsWritten(pipeline),
                parsed.GetValue(origin), parsed.GetValue(json), "config");
            return 0;
        });
        return command;
    }

    private static Command Get()
    {
        var arguments = new PipelineArguments(withStore: false);
        var path = new Argument<string>("PATH") { Description = "Such as finetuned.learning_rate, seed, runtime.device, stages.tokens" };
        var origin = new Option<bool>("--origin") { Description = "Says behind each value where it came from" };
        var json = new Option<bool>("--json") { Description = "Prints JSON" };
        var command = new Command("get", "Prints one value as a run takes it") { origin, json };
        arguments.AddTo(command);
        command.Add(path);
        command.SetAction(parsed =>
        {
            var view = ConfigView.Resolved(arguments.LoadAsWritten(parsed)).Get(parsed.GetRequiredValue(path));
            Print(view, parsed.GetValue(origin), parsed.GetValue(json), "value");
            return 0;
        });
        return command;
    }

    private static void Print(ConfigView view, bool origins, bool json, string what)
    {
        if (!json)
            view.WriteYaml(Console.Out, origins);
        else if (!origins)
            Console.WriteLine(view.ToJson()?.ToJsonString(Indented) ?? "null");
        else
            Console.WriteLine(new JsonObject
            {
                [what] = view.ToJson(),
                ["origins"] = new JsonObject(view.Origins().Select(origin => KeyValuePair.Create(origin.Key, (JsonNode?)origin.Value))),
            }.ToJsonString(Indented));
    }
}
