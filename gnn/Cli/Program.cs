Console.WriteLine("graphtune");
