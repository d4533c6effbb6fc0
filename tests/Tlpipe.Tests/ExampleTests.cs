// The examples do what they say, and the stage that docs/extending.md shows is code.
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Tlpipe.Engine.Stages;
using Tlpipe.Stages.Tables;

namespace Tlpipe.Tests;

public sealed partial class ExampleTests
{
    private static readonly string Classifier = TestFiles.Golden("model", "tiny-classifier");

    [Fact]
    [Trait(Tier.Name, Tier.All)]
    public void Predict_gives_the_classes_and_scores_of_the_text_classification_pipeline()
    {
        var golden = JsonNode.Parse(File.ReadAllText(TestFiles.Golden("model", "pipelines.json")))!["text-classification on tiny-classifier"]!.AsObject();

        var ended = Run("Predict", [Classifier, .. golden.Select(text => text.Key)]);

        Assert.Equal((0, ""), (ended.ExitCode, ended.Errors));
        var expected = golden.Select(text => (Text: text.Key, Best: text.Value![0]!.AsArray().MaxBy(answer => (double)answer!["score"]!)!));
        Assert.Equal(expected.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Best["label"]}\t{(double)one.Best["score"]!:0.0000}\t{one.Text}")), ended.Lines);
    }

    /// <summary>The loss is computed here, from the probabilities that tlpipe gives the texts that the model was not trained on.</summary>
    [Fact]
    [Trait(Tier.Name, Tier.All)]
    public void Train_leaves_a_classifier_whose_loss_is_the_best_one_that_it_prints()
    {
        using var folder = new TemporaryFolder();
        var reviews = Path.Combine(TestFiles.Repository, "examples", "Train", "reviews.tsv");

        var ended = Run("Train", Classifier, reviews, folder["trained"]);

        Assert.Equal((0, ""), (ended.ExitCode, ended.Errors));
        var epochs = ended.Lines.Select(line => Epoch().Match(line)).ToList();
        Assert.Equal(["1", "2", "3", "4"], epochs.Select(epoch => epoch.Groups["epoch"].Value));
        var lines = File.ReadAllLines(reviews).Select(line => line.Split('\t')).ToList();
        Assert.Equal(20, lines.Count);
        File.WriteAllLines(folder["eval.jsonl"], lines[15..].Select(line => new JsonObject { ["text"] = line[1] }.ToJsonString()));
        var predicted = TlpipeProcess.Run(folder.Path, "predict", folder["trained"], "--input", "eval.jsonl", "--output", "out.jsonl");
        Assert.Equal((0, ""), (predicted.ExitCode, predicted.Errors));
        var probabilities = File.ReadLines(folder["out.jsonl"]).Select(line => JsonNode.Parse(line)!["probabilities"]!.AsObject()).ToList();
        // The classes' names stay those of the model that it began with: negativo is 0, positivo is 1.
        var losses = lines[15..].Zip(probabilities, (line, of) => -Math.Log((double)of[line[0] == "1" ? "positivo" : "negativo"]!));
        Assert.Equal(losses.Average(), epochs.Min(epoch => double.Parse(epoch.Groups["loss"].Value, CultureInfo.InvariantCulture)), 1e-4);
    }

    [Fact]
    public void The_commands_of_their_document_name_a_program_and_its_arguments()
    {
        var commands = WrittenCommands.Blocks("examples/README.md").Select(line => Command().Match(line)).ToList();

        Assert.Equal(["Train", "Predict"], commands.Select(command => command.Groups["name"].Value));
        Assert.All(commands, command => Assert.True(File.Exists(Path.Combine(TestFiles.Repository, "examples", command.Groups["name"].Value, "Program.cs"))));
        var (train, predict) = (commands[0].Groups["argument"].Captures, commands[1].Groups["argument"].Captures);
        Assert.Equal(3, train.Count);
        Assert.All(train.Take(2), path => Assert.True(Path.Exists(Path.Combine(TestFiles.Repository, path.Value)), $"there is no {path.Value}"));
        Assert.Equal(train[2].Value, predict[0].Value);
    }

    [Fact]
    public void The_stage_that_a_document_shows_is_one_that_compiles()
    {
        var document = File.ReadAllText(Path.Combine(TestFiles.Repository, "docs", "extending.md"));
        var stage = File.ReadAllText(Path.Combine(TestFiles.Repository, "tests", "Tlpipe.Tests", "FirstRowsStage.cs"));

        Assert.Equal(stage, Block().Match(document).Groups["code"].Value);
        Assert.True(StageCatalog.Of(typeof(FirstRowsStage)).TryGet("first-rows", out var kind));
        Assert.Equal(["table", "count"], kind.Options.Options.Select(option => option.Name));
    }

    private static Ended Run(string example, params string[] arguments)
    {
        Tier.MustNotBeInner("starts an example");
        // Built for the same configuration and platform as the tests.
        var built = Path.GetRelativePath(Path.Combine(TestFiles.Repository, "tests", "Tlpipe.Tests", "bin"), AppContext.BaseDirectory);
        var program = Path.Combine(TestFiles.Repository, "examples", example, "bin", built, example);
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new Ended(process.ExitCode, output, errors.Result);
    }

    [GeneratedRegex(@"^epoch (?<epoch>\d+): loss (?<loss>\d+\.\d{4}), accuracy [01]\.\d\d$")]
    private static partial Regex Epoch();

    [GeneratedRegex("""^dotnet run --project examples/(?<name>\w+) --(?: (?:"(?<argument>[^"]+)"|(?<argument>[^\s"]+)))+$""")]
    private static partial Regex Command();

    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
