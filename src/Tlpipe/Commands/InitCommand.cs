// tlpipe init: a first config that runs.
using System.CommandLine;
using System.Text;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Options;

namespace Tlpipe.Commands;

/// <summary>
/// Writes a commented config, the small BERT that configs begin with, the schema by which editors check it, and a <c>.gitignore</c> for the files that runs make.
/// Existing files stay: a config of the same name is refused, other files are skipped.
/// </summary>
internal static class InitCommand
{
    private const string Standard = "quickstart";

    /// <summary>The path of the small BERT, relative to the folder.</summary>
    private const string ModelFolder = "data/small-bert";

    /// <summary>The configs of this program, by name.</summary>
    private static readonly (string Name, string What)[] Samples =
    [
        (Standard, "the whole experiment on made-up reviews in a few minutes, without any download"),
        ("mini", "the experiment for two cores, with a table of yours"),
        ("americanas", "the published experiment, for a GPU"),
    ];

    private const string Ignored = """
        # What tlpipe makes: results are found again by their content, and outputs/ only shows them.
        /.tlpipe/
        /outputs/

        """;

    public static Command Create()
    {
        var folder = new Argument<string>("FOLDER") { Description = "The folder to write to; default: this one", DefaultValueFactory = _ => "." };
        var from = new Option<string>("--from")
        {
            Description = "The config to begin with: " + string.Join("; ", Samples.Select(sample => $"{sample.Name}, {sample.What}")),
            HelpName = "CONFIG",
            DefaultValueFactory = _ => Standard,
        };
        var command = new Command("init", "Writes a commented config that runs, and what editors need to check it") { folder, from };
        command.SetAction(parsed =>
        {
            Write(parsed.GetRequiredValue(folder), parsed.GetRequiredValue(from));
            return 0;
        });
        return command;
    }

    private static void Write(string folder, string sample)
    {
        if (!Samples.Any(known => known.Name == sample))
            throw new PipelineException(
                null, ErrorCode.CommandLine, $"there is no config '{sample}' to begin with; {DidYouMean.Hint(sample, [.. Samples.Select(known => known.Name)], "they")}");
        folder = Path.GetRelativePath(Environment.CurrentDirectory, Path.GetFullPath(folder));
        var config = Path.Join(folder == "." ? "" : folder, "configs", sample + ".yaml");
        if (File.Exists(config))
            throw new PipelineException(null, ErrorCode.CommandLine, $"'{config}' is there already; move it away, or give another folder: tlpipe init FOLDER");
        if (File.Exists(folder))
            throw new PipelineException(null, ErrorCode.CommandLine, $"'{folder}' is a file; give a folder");

        Directory.CreateDirectory(Path.Combine(folder, "configs"));
        Create(config, Resource(sample + ".yaml"));
        if (Resource(sample + ".yaml").Contains(ModelFolder, StringComparison.Ordinal))
            CreateModel(folder);
        Create(Path.Join(Path.GetDirectoryName(config), "tlpipe.schema.json"), SchemaCommand.Text());
        Create(Path.Join(folder == "." ? "" : folder, ".gitignore"), Ignored);
        Console.WriteLine();
        foreach (var (command, what) in new[]
        {
            ($"tlpipe plan {config}", "what would run, and for how long"),
            ($"tlpipe run {config}", "runs it; edit it and run it again: only what the edit changed runs"),
            ("tlpipe stages", "what stages there are; with a name: its options"),
        })
            Console.WriteLine($"  {command}\n      {what}");
    }

    private static void CreateModel(string folder)
    {
        var to = Path.Join(folder == "." ? "" : folder, ModelFolder);
        if (Directory.Exists(to))
        {
            Console.WriteLine($"kept     {to}");
            return;
        }
        // Complete or not at all: a file left by an interrupted run is written again.
        var draft = to + ".part";
        if (Directory.Exists(draft))
            Directory.Delete(draft, recursive: true);
        Directory.CreateDirectory(draft);
        foreach (var name in typeof(InitCommand).Assembly.GetManifestResourceNames().Where(name => name.StartsWith(ModelFolder + "/", StringComparison.Ordinal)))
        {
            using var source = Open(name);
            using var target = File.Create(Path.Join(draft, Path.GetFileName(name)));
            source.CopyTo(target);
        }
        Directory.Move(draft, to);
        Console.WriteLine($"written  {to}");
    }

    private static void Create(string path, string text)
    {
        if (File.Exists(path))
        {
            Console.WriteLine($"kept     {path}");
            return;
        }
        File.WriteAllText(path, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        Console.WriteLine($"written  {path}");
    }

    private static string Resource(string name)
    {
        using var reader = new StreamReader(Open("configs/" + name), Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static Stream Open(string resource) =>
        typeof(InitCommand).Assembly.GetManifestResourceStream(resource) ?? throw new InvalidOperationException($"the program lacks {resource}");
}
