// Which evaluation is the best so far, and whether to continue.
namespace Tlpipe.Nlp.Training;

/// <summary>
/// Trainer's choice of the best model (docs/hf-parity.md 13.2) and its early stopping (10.13): only a strictly better evaluation wins,
/// so that the earliest of equals stays, and a NaN never wins.
/// </summary>
/// <param name="arguments">The figure that decides, and the patience.</param>
/// <param name="state">Holds the best evaluation, its figure and the patience so far.</param>
internal sealed class BestModel(TrainingArguments arguments, TrainingState state)
{
    /// <summary>Whether patience has run out.</summary>
    public bool IsTimeToStop => arguments.EarlyStoppingPatience is { } patience && state.Patience >= patience;

    /// <summary>Considers an evaluation.</summary>
    /// <returns>Whether it is the best so far.</returns>
    public bool Consider(EvalLogEntry evaluation)
    {
        var value = evaluation.Figures[arguments.BestMetric];
        state.Patience = state.BestMetric is not { } best || (IsBetter(value, best) && Math.Abs(value - best) > arguments.EarlyStoppingThreshold) ? 0 : state.Patience + 1;
        state.BestMetric ??= arguments.MoreIsBetter ? double.NegativeInfinity : double.PositiveInfinity;
        if (!IsBetter(value, state.BestMetric.Value))
            return false;
        state.BestMetric = value;
        state.Best = new BestEvaluation(evaluation.Epoch, evaluation.Step, value);
        return true;
    }

    private bool IsBetter(double value, double than) => arguments.MoreIsBetter ? value > than : value < than;
}
