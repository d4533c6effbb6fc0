// tlpipe cache export and import: results as one file.
using System.CommandLine;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Housekeeping;
using Tlpipe.Engine.Store;
using Tlpipe.Formats.Layout;
using Tlpipe.Formats.Units;
using Tlpipe.Terminal;

namespace Tlpipe.Commands.Cache;

/// <summary>Carries results from one store to another.</summary>
internal static class TransferCommands
{
    public static Command CreateExport()
    {
        var arguments = new CacheArguments();
        var results = new Argument<string[]>("RESULT") { Description = "The first digits of a key, or pipeline/stage", Arity = ArgumentArity.OneOrMore };
        var output = new Option<string>("--output", "-o") { Description = "The file to write, a tar", HelpName = "FILE", Required = true };
        var alone = new Option<bool>("--without-sources") { Description = "Leaves out what the results were made from" };
        var command = new Command("export", "Writes results, and all that they were made from, into one file") { results, output, alone };
        arguments.AddTo(command);
        command.SetAction(parsed =>
        {
            var store = arguments.Open(parsed);
            var inventory = Inventory.Of(store);
            var lineage = new ResultLineage(inventory);
            var named = parsed.GetRequiredValue(results).Select(lineage.Named).DistinctBy(e => e.Result.Key).ToList();
            var file = Path.GetFullPath(parsed.GetRequiredValue(output));
            var outcome = Export(store, parsed.GetValue(alone) ? named : lineage.WithSources(named), file);
            if (arguments.Json(parsed))
                CacheArguments.WriteJson(new { file, results = outcome.Keys.Select(k => new { key = k.Key, stage = k.Stage }), blobs = outcome.Blobs, bytes = outcome.Bytes });
            else
                TerminalOutput.PrintWhole($"{file}: {Format.Count(outcome.Results, "result")}, {ByteSize.Text(new FileInfo(file).Length)}");
            return 0;
        });
        return command;
    }

    public static Command CreateImport()
    {
        var arguments = new CacheArguments();
        var files = new Argument<string[]>("FILE") { Description = "A file that 'tlpipe cache export' wrote", Arity = ArgumentArity.OneOrMore };
        var command = new Command("import", "Reads exported results into a store, which it makes where --store names none") { files };
        arguments.AddTo(command);
        command.SetAction(parsed =>
        {
            var store = arguments.Open(parsed, create: true);
            foreach (var file in parsed.GetRequiredValue(files))
            {
                var outcome = Archive.Import(store, file);
                if (arguments.Json(parsed))
                    CacheArguments.WriteJson(new { file, results = outcome.Results, known = outcome.Known, blobs = outcome.Blobs, bytes = outcome.Bytes });
                else
                    TerminalOutput.PrintWhole($"{file}: {Format.Count(outcome.Results, "new result")}, {ByteSize.Text(outcome.Bytes)}{(outcome.Known > 0 ? $"; {outcome.Known:N0} were there already" : "")}");
            }
            return 0;
        });
        return command;
    }

    private static ArchiveOutcome Export(ResultStore store, IReadOnlyList<InventoryEntry> entries, string file)
    {
        try
        {
            return Archive.Export(store, entries, file);
        }
        catch (DamagedResultException e)
        {
            throw new PipelineException(null, ErrorCode.Store, $"{e.Message} before it can be exported; 'tlpipe cache verify --repair' does that");
        }
    }
}
