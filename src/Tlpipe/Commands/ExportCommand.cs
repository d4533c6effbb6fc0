// tlpipe export: a model's folder for others, from any folder or from a stage's output.
using System.CommandLine;
using System.CommandLine.Parsing;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Formats;
using Tlpipe.Formats.Safetensors;
using Tlpipe.Formats.Units;
using Tlpipe.Nlp.Weights;
using Tlpipe.Stages.Training;
using Tlpipe.Terminal;

namespace Tlpipe.Commands;

/// <summary>Writes config.json, safetensors, the tokenizer's files and a model card into a new folder, completely or not at all.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var model = new ModelArguments();
        var output = new Option<string>("--output", "-o") { Description = "The folder to write; it must be new or empty", HelpName = "FOLDER", Required = true };
        var architecture = new Option<string?>("--as") { Description = $"The class to export: {string.Join(", ", ParameterShapes.Architectures)}. Default: the model's own", HelpName = "CLASS" };
        architecture.AcceptOnlyFromAmong([.. ParameterShapes.Architectures]);
        var dtype = new Option<string>("--dtype") { Description = "The type of the numbers: float32, float16 or bfloat16", HelpName = "TYPE", DefaultValueFactory = _ => "float32" };
        dtype.AcceptOnlyFromAmong("float32", "float16", "bfloat16");
        var shard = new Option<long>("--max-shard-size")
        {
            Description = "The most bytes of one weight file, such as 200MB; larger models have several with an index. Default: 5GB",
            HelpName = "SIZE",
            CustomParser = ParseSize,
            DefaultValueFactory = _ => new ModelExportOptions().MaxShardBytes,
        };
        var command = new Command("export", "Writes a model's folder for other programs, from a folder or a stage's model");
        model.AddTo(command);
        command.Add(output);
        command.Add(architecture);
        command.Add(dtype);
        command.Add(shard);
        command.SetAction(parsed =>
        {
            using var opened = model.Open(parsed);
            var wanted = new ModelExportOptions
            {
                Architecture = parsed.GetValue(architecture),
                Type = parsed.GetValue(dtype) switch { "float16" => SafetensorsType.F16, "bfloat16" => SafetensorsType.BF16, _ => SafetensorsType.F32 },
                MaxShardBytes = parsed.GetValue(shard),
            };
            var report = opened.Named(folder => Export(opened, folder, parsed.GetRequiredValue(output), wanted));
            foreach (var line in report.Table())
                TerminalOutput.PrintWhole(line);
            TerminalOutput.PrintWhole($"{report.Target} is in {parsed.GetValue(output)}");
            return 0;
        });
        return command;
    }

    private static LoadReport Export(OpenedModel opened, string source, string folder, ModelExportOptions options)
    {
        var target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (File.Exists(target) || (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any()))
            throw new PipelineException(null, ErrorCode.FolderInTheWay, $"{folder} is there and not empty; give a new folder, or delete that one");
        var parent = Path.GetDirectoryName(target) ?? throw new PipelineException(null, ErrorCode.FolderInTheWay, $"{folder} cannot be a new folder; name one below it");
        Directory.CreateDirectory(parent);
        var draft = Path.Combine(parent, $".{Path.GetFileName(target)}.{Guid.NewGuid():n}");
        Directory.CreateDirectory(draft);
        try
        {
            var report = ModelExport.Write(source, draft, options);
            CopyBeside(opened, draft);
            if (Directory.Exists(target))
                Directory.Delete(target);
            Directory.Move(draft, target);
            return report;
        }
        finally
        {
            if (Directory.Exists(draft))
                Directory.Delete(draft, recursive: true);
        }
    }

    /// <summary>Copies the card and the training's files beside the model.</summary>
    private static void CopyBeside(OpenedModel opened, string draft)
    {
        foreach (var name in (string[])[HuggingFaceFiles.TrainerState, HuggingFaceFiles.TrainingArguments, HuggingFaceFiles.ModelCard])
            if (Path.Combine(opened.Folder, name) is var path && File.Exists(path))
                File.WriteAllBytes(Path.Combine(draft, name), File.ReadAllBytes(path));
        if (opened is { Stage: { } stage, Pipeline: { } pipeline, Results: { } results })
            ModelCard.AddOrigin(draft, stage, pipeline, results);
    }

    private static long ParseSize(ArgumentResult result)
    {
        var text = result.Tokens is [var token] ? token.Value : "";
        if (ByteSize.Parse(text) is { } bytes)
            return bytes;
        result.AddError($"--max-shard-size {text} is not a size; write it as 200MB or 5GB");
        return 0;
    }
}
