// tlpipe schema: the JSON Schema of configs, for editors.
using System.CommandLine;
using Tlpipe.Engine.Config;
using Tlpipe.Reference;
using Tlpipe.Stages;

namespace Tlpipe.Commands;

/// <summary>Prints the schema, or writes it to a file.</summary>
internal static class SchemaCommand
{
    public static Command Create()
    {
        var output = new Option<string?>("--output", "-o") { Description = "The file to write; default: standard output", HelpName = "FILE" };
        var command = new Command("schema", "Prints the JSON Schema of configs, by which editors complete and check them") { output };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(output) is { } file)
                File.WriteAllText(file, Text());
            else
                Console.Out.Write(Text());
            return 0;
        });
        return command;
    }

    /// <summary>The schema file that lies beside the configs.</summary>
    public static string Text() =>
        new ConfigSchema(StageKinds.Catalog, kind => DocComments.Of(kind.StageType), option => DocComments.Of(option.Property))
            .ToJson().ToJsonString(ConfigCommand.Indented).ReplaceLineEndings("\n") + "\n";
}
