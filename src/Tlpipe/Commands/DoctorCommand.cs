// tlpipe doctor: whether this machine has what runs need.
using System.CommandLine;
using System.Text.Json.Nodes;
using Tlpipe.Hosting;
using Tlpipe.Terminal;

namespace Tlpipe.Commands;

/// <summary>Checks the native library, cores, memory, GPU, disk, hub and store, and says how to fix the faults it finds.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var store = PipelineArguments.StoreOption();
        var offline = new Option<bool>("--offline") { Description = "Does not ask the hub for a sign of life" };
        var json = new Option<bool>("--json") { Description = "Prints what was found as JSON" };
        var command = new Command("doctor", "Checks whether this machine has what runs need") { store, offline, json };
        command.SetAction(parsed =>
        {
            var found = new Doctor(parsed.GetValue(store), parsed.GetValue(offline)).Findings().ToList();
            if (parsed.GetValue(json))
                JsonText.Print(new JsonArray([.. found.Select(f => (JsonNode)new JsonObject { ["check"] = f.Check, ["state"] = f.State.ToString().ToLowerInvariant(), ["found"] = f.Found, ["remedy"] = f.Remedy })]));
            else
                foreach (var finding in found)
                    Print(finding);
            return found.Any(f => f.State == FindingState.Problem) ? 1 : 0;
        });
        return command;
    }

    private static void Print(Finding finding)
    {
        var word = finding.State switch { FindingState.Fine => "ok", FindingState.Warning => "warning", _ => "PROBLEM" };
        TerminalOutput.PrintWhole($"{word,-8} {finding.Check,-9} {finding.Found}");
        if (finding.Remedy is { } remedy)
            TerminalOutput.PrintWhole($"{"",-18} {remedy}");
    }
}
