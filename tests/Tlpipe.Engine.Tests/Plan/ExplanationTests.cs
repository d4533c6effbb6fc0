// Explanations of why a stage would run again.
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Plan;
using Tlpipe.Engine.Runs;
using Tlpipe.Engine.Tests.Contract;

namespace Tlpipe.Engine.Tests.Plan;

public sealed class ExplanationTests : IDisposable
{
    private readonly Project project = Project.Completed();

    public void Dispose() => project.Dispose();

    [Fact]
    public void A_changed_option_is_named_with_both_values_and_its_place()
    {
        project.Edit("start: general, learning_rate: 0.2", "start: general, learning_rate: 0.9");

        var explanation = Explain("tuned");

        Assert.Equal(StageState.Runs, explanation.Status.State);
        var line = Assert.Single(explanation.Lines);
        Assert.Equal(("learning_rate", "0.2", "0.9"), (line.What, line.Before, line.After));
        Assert.Matches(@"c\.yaml:8:\d+$", line.Place);
    }

    [Fact]
    public void A_value_from_the_command_line_says_so()
    {
        var line = Assert.Single(Explain("tuned", ("tuned.epochs", "5")).Lines);

        Assert.Equal(("epochs", "3", "5", "command line -p tuned.epochs=5"), (line.What, line.Before, line.After, line.Place));
    }

    [Fact]
    public void A_property_is_named_as_what_made_the_value()
    {
        project.Edit("rate: 0.3", "rate: 0.8");

        var line = Assert.Single(Explain("general").Lines);

        Assert.Matches(@"c\.yaml:7:\d+ \(property 'rate', .*c\.yaml:3:\d+\)$", line.Place);
    }

    [Fact]
    public void An_input_that_has_to_run_first_is_unknown_until_then()
    {
        project.Edit("start: general, learning_rate: 0.2", "start: general, learning_rate: 0.9");

        var explanation = Explain("scores.tuned");

        Assert.Equal(StageState.AwaitsInput, explanation.Status.State);
        Assert.Equal("unknown until tuned has run", Assert.Single(explanation.Lines).After);
    }

    [Fact]
    public void A_changed_file_is_named_as_content()
    {
        project.Write("notes.txt", "other notes");

        var line = Assert.Single(Explain("notes").Lines);

        Assert.Equal("path", line.What);
        Assert.EndsWith("the content of notes.txt", line.Place);
    }

    [Fact]
    public void A_hit_tells_how_it_came_to_be_computed()
    {
        project.Run(("tuned.learning_rate", "0.9"));

        var explanation = Explain("tuned", ("tuned.learning_rate", "0.9"));

        Assert.Equal(StageState.Reused, explanation.Status.State);
        Assert.Equal(("learning_rate", "0.2", "0.9"), (explanation.Lines[0].What, explanation.Lines[0].Before, explanation.Lines[0].After));
    }

    [Fact]
    public void Of_results_that_are_as_near_the_newest_is_compared_with()
    {
        project.Run(("tuned.learning_rate", "0.9"));

        var line = Assert.Single(Explain("tuned", ("tuned.learning_rate", "0.7")).Lines);

        Assert.Equal("0.9", line.Before);
    }

    [Fact]
    public void With_nothing_of_its_kind_in_the_store_there_is_nothing_to_compare_with()
    {
        using var fresh = new Project();

        var explanation = Explanation.Of(fresh.Load(), fresh.Load()["corpus"]!, fresh.OpenStore(), Origins(fresh.Load()), []);

        Assert.Null(explanation.Nearest);
        Assert.Empty(explanation.Lines);
    }

    [Fact]
    public void The_lines_of_an_explanation_are_all_that_separates_two_keys()
    {
        var before = project.Load();
        var after = project.Load("work", [("tuned.learning_rate", "0.9"), ("tuned.epochs", "5")]);
        var documents = new[] { before, after }.Select(p =>
        {
            var resolution = new Resolution(p, project.OpenStore());
            return p.Stages.Select(s => (s.Name, resolution.Resolve(s).Document)).First(s => s.Name == "tuned").Document!;
        }).ToList();

        var differences = KeyLines.Between(documents[0], documents[1]);

        Assert.Equal(["options.epochs", "options.learning_rate"], differences.Select(d => d.Path));
        Assert.NotEqual(documents[0].Key, documents[1].Key);
        Assert.Empty(KeyLines.Between(documents[0], documents[0] with { }));
    }

    private Explanation Explain(string stage, params (string, string)[] overrides)
    {
        var pipeline = project.Load("work", overrides);
        return Explanation.Of(pipeline, pipeline[stage]!, project.OpenStore(), Origins(pipeline), RunFolder.KeysOf(pipeline.Root));
    }

    private static Origins Origins(Pipeline pipeline) => new(pipeline, new OriginOptions(), (_, _) => { }, CancellationToken.None);
}
