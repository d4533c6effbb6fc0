// Finds the instances that names on a command line mean.
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Options;

namespace Tlpipe.Engine.Plan;

/// <summary>Finds instances by name.</summary>
public static class Selection
{
    /// <summary>The instances that names of stages, instances and targets mean. <c>stage.*</c> means all instances of a stage, <c>*</c> all instances.</summary>
    /// <exception cref="PipelineException">This pipeline has no stage, instance or target of that name.</exception>
    public static IReadOnlyList<StageInstance> Named(Pipeline pipeline, IReadOnlyList<string> names)
    {
        var unknown = names.Where(name => !pipeline.Targets.ContainsKey(name) && !pipeline.Stages.Any(s => Answers(s, name))).ToList();
        if (unknown.Count > 0)
            throw new PipelineException([.. unknown.Select(name => Unknown(pipeline, name))]);
        var grouped = names.SelectMany(name => pipeline.Targets.GetValueOrDefault(name, [])).ToHashSet();
        return [.. pipeline.Stages.Where(s => grouped.Contains(s.Name) || names.Any(name => Answers(s, name)))];
    }

    /// <summary>The named instances and all that they depend on, in the pipeline's order; all instances if no name is given.</summary>
    public static IReadOnlyList<StageInstance> Wanted(Pipeline pipeline, IReadOnlyList<string> names)
    {
        if (names.Count == 0)
            return pipeline.Stages;
        var wanted = Named(pipeline, names).Select(s => s.Name).ToHashSet();
        foreach (var stage in pipeline.Stages.Reverse())
            if (wanted.Contains(stage.Name))
                wanted.UnionWith(stage.Inputs.Select(i => i.Input.Stage).Concat(stage.After));
        return [.. pipeline.Stages.Where(s => wanted.Contains(s.Name))];
    }

    private static bool Answers(StageInstance stage, string name) =>
        name == "*" || stage.Name == name || stage.StageName == name || (name.EndsWith(".*", StringComparison.Ordinal) && stage.StageName == name[..^2]);

    private static Diagnostic Unknown(Pipeline pipeline, string name)
    {
        var names = pipeline.Stages.SelectMany(s => new[] { s.StageName, s.Name }).Concat(pipeline.Targets.Keys).Distinct().ToList();
        return new Diagnostic(null, ErrorCode.CommandLine, $"there is no stage '{name}' in {pipeline.ConfigPath}; {DidYouMean.Hint(name, names, pipeline.Targets.Count > 0 ? "the stages and targets" : "the stages")}");
    }
}
