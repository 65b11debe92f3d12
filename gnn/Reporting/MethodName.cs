namespace GraphTune.Gnn.Reporting;

/// <summary>Methods as people call them.</summary>
internal static class MethodName
{
    /// <summary>As a sentence has it: <c>the recipe</c>, <c>full fine-tuning</c>.</summary>
    public static string Phrase(string method) => method is "recipe" or "logistic-probe" or "linear-probe" ? $"the {Label(method)}" : Label(method);

    public static string Label(string method) => method switch
    {
        MajorityClass.Majority => "majority class",
        "k-nn" => "nearest neighbours",
        "logistic-probe" => "logistic probe",
        Report.Baseline => "from scratch",
        "linear-probe" => "linear probe",
        "full" => "full fine-tuning",
        _ => method,
    };
}
